"""What people write in French."""

from cmflow.inbox.vocabulary.record import Vocabulary
from cmflow.model import Label

french = Vocabulary(
    "French",
    {
        Label.COMPLAINT: {
            3: """
                injouable, désinstallée, désinstallé, je désinstalle, vous m'expliquez, expliquez moi pourquoi,
                bas de gamme, s'est cassé, s'est cassée, s'est cassée tout de suite, s'est déchiré, s'est
                déchirée, merci pour rien, la honte, vous appelez ça, comment est ce possible, où est mon argent,
                mon argent, me voler, volé mon, ont perdu ma, ont perdu mon, avez perdu ma, avez perdu mon,
                personne ne fait rien, personne fait rien, personne ne vient, personne n'est venu, n'est jamais
                venu, n'est pas venu, n'est jamais arrivé, ne répond plus, ne s'ouvre pas, ne s'ouvre plus, ne
                s'allume pas, ne s'allume plus, ne s'allume même, ne charge pas, ne charge plus, ne tient pas, ne
                rentre pas, ne démarre, plus de son, ne se connecte, me déconnecte, se déconnecte, encore un
                train, encore une panne, encore en retard, une fois de plus, comme d'habitude, sans prévenir, sans
                explication, sans annonce, sans excuse, sans aucune, aucune explication, aucune excuse, aucune
                affiche, aucun contact, aucun geste, pas une excuse, pas un mot, pas prévenu, pas prévenus,
                j'attends une, j'attends toujours, on attend toujours, attend toujours, attends toujours, toujours
                fermé, toujours fermée, toujours en panne, j'ai été débité, j'ai été débitée, j'ai été prélevé,
                j'ai été prélevée, alors que j'avais, vous aviez promis, vous avez promis, on m'a promis, était
                promis, j'ai tout perdu, perdu toutes, perdu tous, perdu tout, n'achetez pas, n'y allez pas, ne
                commandez pas, ne recommande pas, je déconseille, à éviter, évitez, ne reprennent, mal écrit, mal
                fait, mal cuit, mal organisé, mal emballé, mal reçu, mal accueilli, très mauvais, très mauvaise,
                vraiment mauvais, vraiment nul, pas bon, pas bonne, pas bons, pas propre, pas correct, pas
                acceptable, pas honnête, pas du tout content, pas satisfait, pas satisfaite, pas contents, j'y
                allais souvent, c'était mieux avant, tout a doublé, a doublé, prix augment*, augmentation des
                prix, ras le, y en a marre, en ai marre, debout sur, supprimé sans, minutes de retard, heure de
                retard, min de retard, sont décalés, décalés, hors service, ne valent, ne vaut, tout est trempé,
                on paye plus, toujours rien dans, vous moquez, vous vous moquez, jamais venu, jamais venue, ne
                concerne que, se ferme dès, se ferme à, se ferme toute seule, se ferme tout seul, c'est abusé,
                c'est du vol, du vol, la qualité a baissé, qualité a vraiment baissé, a baissé, deuxième fois que,
                troisième fois que, quatrième fois que, ce n'est pas ce que, c'est pas ce que, pas ce que j'ai
                commandé, laissé devant la porte, laissé dehors, cheveu dans, cheveux dans, je trouve un, a lâché,
                ont lâché, on me dit que, plus cher pour moins, de qui se moque, avant c'était, ne marche pas,
                marche pas, ne marche plus, marche plus, marche toujours pas, ne fonctionne pas, fonctionne pas,
                ne fonctionne plus, fonctionne plus, fonctionnent pas, marchent pas, toujours pas, toujours rien,
                toujours aucune, toujours en attente, jamais arrivé, jamais reçu, pas reçu, rien reçu, pas arrivé,
                pas livré, jamais livré, me faire rembourser, être remboursé, être remboursée, remboursez,
                remboursez moi, exige un remboursement, demande un remboursement, veux un remboursement, aucune
                réponse, pas de réponse, sans réponse, personne ne répond, personne répond, vous ne répondez, on
                me répond pas, réclamation*, plainte, porter plainte, inacceptable, inadmissible, scandaleux,
                scandaleuse, scandale, honteux, honteuse, une honte, quelle honte, arnaque, arnaqué, arnaquée,
                arnaqueurs, se moque de, se moquer de, se foutre de, vous foutez de, foutage de gueule, plus
                jamais, dernière fois que, je résilie, résilier mon, annuler mon abonnement, à fuir, fuyez, perte
                de temps, jeté par les fenêtres, service client déplorable, déplorable, lamentable, catastroph*,
                débité deux fois, prélevé deux fois, facturé deux fois, double prélèvement, publicité mensongère,
                mensongère, mensonge*, arrivé cassé, arrivée cassée, arrivé abîmé, tombé en panne, en panne, ras
                le bol, marre, j'en ai assez, impossible de me connecter, impossible de se connecter, impossible
                de joindre, impossible d'avoir, arrive pas à me connecter, plante à chaque, plante tout le temps,
                plante sans arrêt, répond jamais, répondez jamais, pas normal, n'importe quoi, mauvaise taille,
                mauvais article, mauvaise commande, mal élevé, désagréable, malpoli, intoxication""",
            2: """
                depuis {number} semaines, depuis {number} mois, depuis {number} jours, depuis {number} heures,
                depuis le correctif, depuis la mise à jour, depuis votre, depuis que vous, depuis le changement,
                même pas, n'ont pas été, n'a pas été, ont pas été, pas été, n'a plus, n'ont plus, n'est jamais,
                n'a jamais, n'ont jamais, plus aucun, plus aucune, aucun goût, rétréci, fuité, signalé en, signalé
                il y a, signalé deux, signalé trois, mènent nulle part, plus d'internet, plus d'eau, plus de
                réseau, plus de courant, toujours des, alors que j'ai, alors que le, alors que la, heures
                d'attente, une heure pour, une heure d'attente, s'entendre dire, a été prévenu, prévenu de, me
                fait payer, font payer, rats, déchiré, déchirée, fuit, rayé, rayée, moisi, moisie, périmé,
                périmée, pourris, immangeable, froide et, glacé, glacée, sèche, bruyante, dangereux, dangereuse,
                voleurs, menteurs, menteur, honte, bordel, cauchemar, désastre, bazar, foutoir, absurde, stupide,
                insultant, insupportable, pénible, saoulé, soule, énervée, remontée, scandalisé, scandalisée,
                choqué, choquée, abandonné, abandonnée, lâché, injoignable, injoignables, introuvable, inadapté,
                inaccessible, bloque, buggé, rame, saccade, figé, figée, j'attends, déborde, bondé, bondés, abusé,
                baissé, a empiré, trempé, trempée, fermé sans, fermée sans, cassé, cassée, cassés, abîmé, abîmée,
                défectueux, défectueuse, nul, nulle, nulles, pourri, pourrie, horrible, affreux, affreuse,
                ridicule, minable, médiocre, décevant, décevante, déçu, déçue, déçus, déception, frustrant,
                énervé, énervée, énervant, agacé, agaçant, en colère, furieux, furieuse, mécontent*, insatisfait*,
                retard, trop cher, trop long, trop lent, trop lente, très lent, hors de prix, inutile,
                inutilisable, incompétent*, bug, bugs, bugue, plante, erreur*, défaut, panne, attente, j'attends
                depuis, attend depuis, attends depuis, heures d'attente, semaines de retard, manque, manquant*,
                manquait, dégueulasse, dégoûtant, immonde, merde, merdique, regrette, regrettable, pas content,
                pas contente, pas sérieux, pas terrible, pas top, pas à la hauteur, laisse à désirer, impossible
                d'accéder, impossible d'ouvrir, bloqué, bloquée, mal passé, s'est mal, 😡, 🤬, 😠, 😤, 👎, 🤮, 💩""",
            1: """
                toujours, encore, payé, acheté, fermé, fermée, annulé, annulée, refusé, refusée, personne, rien,
                jamais, {number} semaines, {number} mois, {number} heures, {number} jours, {number} fois, {number}
                mails, {number} appels, des heures, des semaines, des mois, depuis hier, depuis lundi, depuis une
                semaine, facture, publicités, pubs, bas, même, au lieu de, debout, derrière, nulle part,
                rembours*, moins de, trempé, trempée, sec, sèche, problème*, souci*, soucis, mal, pire, lent,
                lente, froid, froide, sale, dommage, cher, chère, perdu, perdue, malheureusement, impossible,
                encore, aucun, aucune, bruyant, annulé, annulée, 😞, 😒, 🙄, 😢, 😭""",
        },
        Label.DOUBT: {
            3: """
                est elle, est il, sont elles, vous faites aussi, vous livrez en, vous livrez à, c'est possible, on
                peut venir, peut on venir, faut réserver, quelqu'un saurait, vous savez si, savez si, je voudrais
                savoir, j'aimerais savoir, je voulais savoir, pour savoir, qui a peint, qui a écrit, qui chante,
                qui est, c'est quel, c'est quelle, à quel, à quelle, dans quel, dans quelle, de quel, de quelle,
                depuis quand, est ce compris, est il compris, est ce gratuit, c'est gratuit, c'est payant, c'est
                ouvert, c'est fermé, où est, où se, comment faire, comment on, comment puis je, comment peut on,
                comment je, comment est ce, comment s'inscrire, comment ça, est ce que, est ce qu, est il
                possible, est ce possible, serait il possible, quels sont, quelles sont, quel est, quelle est, à
                quelle heure, à partir de quand, jusqu'à quand, jusqu'à quelle, pour quand, c'est quand, c'est où,
                c'est quoi, ça coûte combien, combien coûte, combien coûtent, combien ça, combien de temps,
                combien de, c'est combien, où puis je, où peut on, où est ce, où se trouve, où trouver, où
                acheter, où sont, quand est ce, quand sera, quand seront, quand sort, livrez vous, vendez vous,
                avez vous, acceptez vous, proposez vous, faites vous, pouvez vous me dire, pourriez vous me dire,
                pouvez vous m'expliquer, savez vous, sauriez vous, quelqu'un sait, quelqu'un peut, quelqu'un
                pourrait, peut on, peut il, doit on, faut il, y a t il, y aura t il, a t on, je me demande, je me
                demandais, j'ai une question, une question, petite question, ma question, je ne comprends pas, je
                comprends pas, j'ai pas compris, je n'ai pas compris, je n'ai pas bien compris, qu'est ce que, que
                veut dire, que signifie, à quoi sert, à quoi ça, quelle différence, quelle taille, besoin d'aide,
                besoin d'un renseignement, un renseignement, merci de m'indiquer, puis je, sera t il, seront ils,
                sont ils, est il, est elle, c'est possible de""",
            2: """
                ^on peut, ^peut on, est ce, svp?, vous auriez, auriez vous, question*, renseignement*, 🤔, aidez
                moi, m'aider, lequel, laquelle, lesquels, ^comment, ^pourquoi, ^quand, ^combien, ^où, ^vous
                livrez, ^vous vendez, ^vous recrutez, ^vous prenez, ^vous acceptez, ^vous avez, bonjour vous
                livrez, bonjour vous avez, faut il, il faut réserver""",
            1: """
                ?, ^quel, ^quelle, ^quels, ^quelles, ^qui, aide, possible, savoir, comprendre, comment, pourquoi,
                quand, combien, où, quel, quelle, quels, quelles, qui, vous livrez, vous vendez, vous avez, vous
                faites, précis*""",
        },
        Label.SUGGESTION: {
            3: """
                merci de publier, merci de mettre, merci d'ajouter, un peu plus tôt, un peu plus tard, un peu plus
                souvent, et si les, et si le, et si la, et si on, ne serait pas de trop, serait pas de trop,
                seraient pas de trop, pourrait aussi, pourraient aussi, pourrait s'arrêter, il serait utile,
                serait pratique, ce serait pratique, publiez, mettez, gardez, et pourquoi, ouvriez, ouvrir plus
                tôt, ouvrir plus tard, ce serait bien d'avoir, ce serait top d'avoir, une version, plus petite,
                plus grande, une réduction, ça serait sympa, ce serait sympa, laisser les gens, pourrait partir,
                pourrait être, dommage qu'il n'y, il manque, manque un, manque une, à quand, faites un, faites
                une, faites plus, mettez plus, proposez, ouvrez, on voudrait, j'aimerais pouvoir, un bouton pour,
                une appli, si seulement, devriez mettre, devriez faire, mettre les, un banc, il faudrait un, il
                faudrait une, serait le bienvenu, serait la bienvenue, seraient les bienvenus, serait vraiment,
                mode sombre, ajoutez un, ajoutez une, mettez un, mettez une, pensez aux, pensez au, ce serait
                bien, ça serait bien, ce serait super, ce serait cool, ce serait top, ce serait génial, ce serait
                pratique, ce serait chouette, ça serait cool, ça serait top, ça serait super, serait utile, serait
                sympa, il serait bien, il serait utile, il faudrait, vous devriez, tu devrais, vous pourriez
                ajouter, vous pourriez proposer, vous pourriez aussi, vous pourriez faire, pourriez vous ajouter,
                pouvez vous ajouter, pensez à, penser à ajouter, avez vous pensé, avez vous envisagé, avez vous
                déjà pensé, et si vous, et pourquoi pas, pourquoi ne pas, pourquoi pas, je suggère, je propose, je
                vous suggère, suggestion*, une idée, idée pour, petite idée, mon idée, j'aimerais voir, j'aimerais
                bien, on aimerait, j'aimerais qu, j'aimerais que, je verrais bien, il manque juste, il ne manque
                que, manque plus que, ajoutez, rajoutez, rajouter, à améliorer, pourrait être amélioré, améliorer,
                amélioration*, la prochaine fois, ce serait mieux, ça serait mieux, remettez, à quand une, à quand
                un, une option pour, plus de choix, je préférerais, gagnerait à""",
            2: "proposition d'amélioration, idée, idées, ajouter,   💡",
            1: "au lieu de, plutôt que, pourrait, pourriez, devrait, peut être, serait, aimerais, option",
        },
        Label.PROPOSAL: {
            3: """
                productrice, producteur, tourner dans votre, tourner chez vous, qui contacter, serions ravis,
                serions heureux, serions intéressés, fournir vos, déposer des échantillons, envoyer des
                échantillons, échantillons, tarif de groupe, tarif groupe, vente aux enchères, offririez vous,
                donneriez vous, une chorale, je dirige une, je dirige un, cherchons une salle, cherchons un lieu,
                échange de contenus, entre nos deux, vous tenterait, avec * élèves, nos élèves, sortie scolaire,
                réserver pour un groupe, réalisatrice, réalisateur, seriez vous prêts, seriez vous prêt, seriez
                vous intéressés, seriez vous intéressé, seriez vous ouverts, soutenir notre, soutenir les,
                sponsoriser, maillots, je tiens, tarif revendeur, vous envoyer le dossier, vous envoyer notre,
                envoyer notre catalogue, je cherche une intervenante, je cherche un intervenant, frais pris en
                charge, colloque, louer votre, utiliser votre photo, utiliser vos photos, nous proposons, nos
                services, nos produits, nos clients, notre marque, nos lecteurs, nos auditeurs, notre radio, notre
                journal, notre école, notre club, je représente, je travaille pour, j'écris pour, nous sommes une,
                nous sommes un, vous intéresserait, journaliste, souhaiterais parler, reporter, nous animons, nous
                organisons, nous éditons, aimerions vous, souhaiterions vous, vous recevoir, à qui écrire, détient
                les droits, les droits de, traduire votre, je fais des vidéos, filmer une, filmer un, nous
                voudrions, nous souhaiterions, nous aimerions, partenariat*, partenaire*, collaboration*,
                collaborer, collab, sponsor*, parrain*, travailler ensemble, travailler avec vous, revendeur*,
                distributeur*, distribuer vos, vendre vos produits, dans notre boutique, commande en gros, vente
                en gros, tarif pro, tarifs pro, je suis journaliste, journaliste chez, journaliste à, journaliste
                pour, demande d'interview, une interview, vous interviewer, interviewer, notre podcast, notre
                agence, notre société, notre entreprise, notre association, notre festival, notre salon, notre
                magazine, opportunité d'affaires, opportunité commerciale, proposition commerciale, proposer nos
                services, vous proposer, ambassadeur, ambassadrice, affiliation, kit média, intervenir lors,
                intervenir à, intervenante, intervenant, conférencier, conférencière, vous inviter à, tenir un
                stand, un stand, un rendez vous, convenir d'un, échange téléphonique, un appel, à qui dois je
                m'adresser, à qui m'adresser, service marketing, service communication, responsable marketing,
                responsable communication, responsable partenariats, qui s'occupe de, devis pour, demande de
                devis, de la part de, pour le compte de""",
            2: """
                animons, organisons, {money} d'abonnés, auditeurs, je tiens une, je tiens deux, influenceur*,
                influenceuse*, proposition*, offre de, exposant*, fournisseur*, investisseur*, don pour, tombola,
                caritati*, élèves, lots""",
            1: "agence, société, entreprise, association, événement, magazine, podcast, festival, contacter, 🤝",
        },
        Label.PRAISE: {
            3: """
                frissons, bluffé, bluffée, bluffés, exactement ce qu'il me, exactement ce qu'il nous, exactement
                ce que je cherchais, ma semaine, ma journée, fait ma journée, fait ma semaine, brillant,
                brillante, quelle saison, quel match, quel spectacle, quelle équipe, quel talent, quelle soirée,
                souriant, souriante, chaleureux, chaleureuse, j'ai eu mon, quel bonheur, que du bonheur, trop
                fort, trop forts, bien vu, bien dit, émouvant, émouvante, inspirant, inspirante, sans discussion,
                quel talent, quel accueil, accueil au top, accueil chaleureux, meilleur pain, on est restés, m'a
                aidée, m'a aidé, nous a aidés, qui m'a aidé, qui m'a aidée, réparé en, ça marche maintenant,
                fonctionne maintenant, ça remarche, merci encore, encore merci, fan de, grande fan, grand fan, au
                petit soin, aux petits soins, un bijou, une merveille, une pépite, rien ne vaut, rien à dire,
                longue vie, on reviendra, je reviendrai, nous reviendrons, quelle belle, quel beau, quelle chance,
                touché, émue, émus, a pleuré en, égayé, illuminé, comme neuf, comme neuve, comme neufs, comme
                neuves, toujours comme, tient depuis, je ne regrette, merci beaucoup, mille mercis, merci
                infiniment, grand merci, un grand merci, merci pour, merci à toute, merci à vous, merci à
                l'équipe, merci d'avoir, j'adore, on adore, adoré, adorons, j'aime beaucoup, j'aime trop, j'aime
                vraiment, magnifique*, génial, géniale, génialissime, formidable*, excellent*, parfait, parfaite,
                parfaitement, superbe*, incroyable, extraordinaire, merveilleux, merveilleuse, fantastique,
                délicieux, délicieuse, top qualité, au top, trop bien, trop bon, trop beau, trop belle, trop cool,
                bravo, félicitations, chapeau, beau travail, bon travail, super travail, très beau, très belle,
                très bon, très bonne, continuez comme ça, continuez, le meilleur, la meilleure, les meilleurs, je
                recommande, recommande vivement, à recommander, recommande à tous, ravi, ravie, ravis, très
                content, très contente, très satisfait, très satisfaite, enchanté, enchantée, hâte de, vivement,
                pas mal, pas mal du tout, pas déçu, pas déçue, jamais déçu, jamais déçue, rien à dire, rien à
                redire, pas de regret, vous êtes les meilleurs, quel plaisir, un régal, un plaisir, coup de coeur,
                coup de cœur, réactifs, réactif, reconnaissant, vaut le coup, vaut le détour, bien joué, chapeau
                bas, nickel, impeccable""",
            2: """
                grâce à la, grâce à votre, grâce à vous, personnel souriant, propres, patience, merciii, enfin une
                explication, merci, mercis, super, cool, chouette, content, contente, contents, satisfait,
                satisfaite, heureux, heureuse, sympa, sympas, agréable, adorable, belle, beau, bien fait,
                efficace, utile, top, recommande, ❤, 😍, 🥰, 🙏, 👏, 🎉, 🙌, 💯, 🤩, ♥, 💙, 💚, 🧡, 💛""",
            1: "bon, bonne, bien, rapide, facile, aime, joli, jolie, mieux, 👍, 😊, 😀, 🔥, ⭐, 😄, 👌, 💪",
        },
        Label.SPAM: {
            3: """
                envoie ta photo, envoie ta plus, envoie nous ta, deviens ambassadrice, deviens ambassadeur,
                devenez ambassadrice, cam en direct, cam gratuite, inscription gratuite, copy trading, groupe de
                trading, a changé ma vie, sans examen, permis de conduire sans, diplôme sans, page à vendre,
                compte à vendre, prix en privé, prix en mp, prix en dm, vrai faux, faux papiers, remède naturel,
                sans effets secondaires, travail en ligne, regarde >>, sérieux retour, retour de votre ex, retour
                de ton ex, ton ex en, votre ex en, résultat garanti, résultats garantis, viens voir mes, voir mes
                photos, mes photos sur, seule ce soir, je suis seule, coucou beau, vous êtes le gagnant, vous êtes
                la gagnante, vous êtes l'heureux, heureux gagnant, le gagnant d'un, j'ai perdu * kilos, perdu *
                kilos, investissez, investis, recevez {money}, je m'abonne, abonne toi je, sûre à 100, cote de,
                contactez mme, contactez monsieur, contactez madame, écrivez lui, site en première, première
                position, retour affection, {link} {phone}, abonnés pour {money}, abonnés pour, followers, acheter
                des abonnés, abonnés gratuits, augmenter vos abonnés, gagner des abonnés, vrais abonnés, prêt
                entre particuliers, prêt rapide, prêt d'argent, offre de prêt, prêt sans, besoin d'un prêt, mon
                prêt, prêt de {money}, prêts, rejoignez le canal, canal telegram, rejoins le canal, rejoignez mon,
                t'explique en mp, explique en mp, en mp, sur google en, position sur google, audit gratuit, va
                être désactivée, va être désactivé, va être supprimée, va être supprimé, va être suspendu, non
                respect des règles, non respect de, sac de luxe, sacs de luxe, montre de luxe, montres de luxe,
                livraison mondiale, léguer, une veuve, personne de confiance, don de mes biens, faire un don de,
                euros à une personne, gagner de l'argent, gagnez de l'argent, gagner jusqu'à, gagnez jusqu'à,
                revenus passifs, revenu passif, revenu complémentaire, liberté financière, travail à domicile,
                travailler de chez, devenir riche, doublez votre, doubler votre, investissement garanti, investir
                dès, profits garantis, gains garantis, crypto*, bitcoin*, forex, trading, trader, plateforme de
                trading, plateforme d'investissement, usdt, nft*, offre de sans, crédit rapide, crédit sans,
                prêts, prêteur, besoin d'un marabout, voyant, voyante, voyance, retour affectif, retour de l'être
                aimé, médium, grand maître, rituel*, porte monnaie magique, maître spirituel, plus d'abonnés,
                acheter des gratuits, augmenter vos gagner des boostez votre, booster votre, boostez vos, vrais
                lien en bio, lien dans ma bio, lien dans la bio, voir ma bio, regardez mon profil, visitez mon
                profil, allez voir mon, abonnez vous à ma, abonne toi à ma, ma chaîne, ma page, je m'abonne en
                retour, abonnement en retour, cliquez ici, cliquez sur le lien, clique ici, cliquez vite, vous
                avez gagné, vous avez été sélectionné, vous avez été tiré, félicitations vous, iphone gratuit,
                carte cadeau, bon d'achat gratuit, casino, paris sportifs, pronostics, pronos, cote sûre, matchs
                truqués, rencontre coquine, rencontres coquines, plan cul, femmes célibataires, cam gratuite,
                photos coquines, sexy, contactez moi sur whatsapp, contactez le sur whatsapp, écrivez moi sur
                whatsapp, contactez la sur whatsapp, sur whatsapp, par whatsapp, via whatsapp, telegram, perdre du
                poids, maigrir, perte de poids, kilos en, brûle graisse, référencement google, référencement
                naturel, première page de google, votre compte sera, votre compte a été, vérifiez votre compte,
                compte suspendu, sera suspendu, sera désactivé, violation des, droits d'auteur, héritage, millions
                d'euros, compte personnel de formation, votre cpf""",
            2: """
                livraison rapide, coach, à {mention}, sur {mention}, commande par whatsapp, enregistré, gagne
                {money}, gagnez {money}, cote de, confirmez ici, confirmez votre, pas cher livraison, pas cher
                contact, de luxe, réplique*, whatsapp, investissement*, investir, code promo, offre limitée, 100%
                gratuit, 100% légal, cher ami, chère amie, cher client, cher utilisateur, chers, bonjour cher,
                {money} par jour, {money} par semaine, {money} par mois, garanti sans, sans risque, témoignage,
                grâce à monsieur, grâce à madame, 💰, 🤑, 💸, 🔞, 💋""",
            1: """
                abonnés, prêt, {link}, {phone}, {money}, gratuit*, bonus, gagnant, promo*, garanti*, cliquez,
                profit*, inbox, mp, 🚀, 👇, 💵""",
        },
    },
    neutral="""
        pas de souci, pas de soucis, pas de problème, aucun problème, aucun souci, sans problème, sans souci,
        problème résolu, problème réglé, souci réglé, pas grave, merci d'avance, merci par avance, merci de votre
        réponse, merci pour votre réponse, non merci, merci pour rien, merci de me, pas trop cher, pas cher, rien
        de cassé, encore merci, encore bravo, pire que bien, mieux vaut tard, prêt à porter, prêt à, être prêt,
        sans erreur, aucune erreur, pas mal de, pas encore, droit d'entrée, entrée gratuite""",
    negations="pas, jamais, plus, ni, aucun, aucune, sans, guère, rien, non, loin d'être",
    boosters="seulement, que",
    common="""
        le la les un une des du de et ou mais est sont était être je tu il elle on nous vous ils elles mon ma mes
        ton votre vos notre nos leur ce cet cette ces à au aux en dans sur pour avec par ne pas plus que qui quoi
        comment c'est j'ai n'est d'un d'une très trop si bonjour bonsoir salut svp merci""",
)
